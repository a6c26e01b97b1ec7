import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { problemCodes } from './problem-codes.js';

/** The page that a problem's `type` opens: every code in both languages. */
@ApiExcludeController()
@Controller('docs/problems')
export class ProblemsController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  page(): string {
    return page;
  }
}

const rows = Object.entries(problemCodes)
  .map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><th scope="row"><code>${code}</code></th><td>${status}</td>` +
      `<td lang="zh-CN">${title.zh}</td><td lang="en">${title.en}</td></tr>`,
  )
  .join('\n');

const page = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>错误代码 · Problem codes</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #8884; vertical-align: top }
tr:target { background: #fd08 }
</style>
<h1>错误代码 · Problem codes</h1>
<p lang="zh-CN">每个错误应答都带有 <code>code</code>，含义不会改变；<code>errors[]</code>
指出出错的位置、收到的内容和处理办法。</p>
<p lang="en">Every error answer carries a <code>code</code> whose meaning never changes;
<code>errors[]</code> says where, what was received and what to do.</p>
<table>
<thead><tr><th>code</th><th>HTTP</th><th lang="zh-CN">含义</th><th lang="en">Meaning</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
</html>
`;

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveModels, viewsFileIn } from '@ledger/read-models';
import {
  checkSeen,
  checkViews,
  compareModels,
  LedgerRecord,
  other,
  readLog,
  type Problem,
} from './checks.js';
import { acknowledged, Connections, Follower, Load, receiptOf } from './clients.js';
import type { Acknowledged, Unanswered } from './clients.js';
import { authorOf, preparation, type Author, type Counters } from './posts.js';
import { between, chance, generator, type Random } from './random.js';
import { seedUnderKills } from './seeding.js';
import { pause, ServerProcess, type End } from './servers.js';

export type CrashOptions = {
  rounds: number;
  seed: number;
  /** As in `LEDGER_LOG`. */
  log: string;
  /** Hears one line a round. */
  say: (line: string) => void;
};

/** What a run came to; `problems` of a kind are counted by `count`. */
export type Totals = { rounds: number; acknowledged: number; views: number; problems: Problem[] };

export const WRITERS = 64;
/** Answers after which a server is killed, at most. */
const MOST_ANSWERS = 1_000;
/** A whole ledger is read and its views are rebuilt every so many rounds, and at the end. */
const FULL_CHECK_ROUNDS = 10;
/** Beyond so many events the next round begins a new ledger, so that rounds cost the same. */
const LEDGER_EVENTS = 40_000;
/** Changes that a late client asks for again. */
const LATE_CHANGES = 500;
/** After so many problems a run ends: what follows from a broken ledger says nothing new. */
const MOST_PROBLEMS = 50;

export function count(problems: readonly Problem[], kind: Problem['kind']): number {
  return problems.filter((problem) => problem.kind === kind).length;
}

/**
 * Kills servers for so many rounds and says what came of it. Rejects only when a ledger cannot be
 * set up at all; everything that goes wrong under the kills is a problem in the totals.
 */
export async function runCrashRounds(options: CrashOptions): Promise<Totals> {
  const totals: Totals = { rounds: 0, acknowledged: 0, views: 0, problems: [] };
  const random = generator(options.seed);
  let ledger: CrashLedger | undefined;
  try {
    for (let round = 1; round <= options.rounds; round += 1) {
      ledger ??= await CrashLedger.open(options, random, totals);
      await ledger.round(round);
      totals.rounds = round;
      if (totals.problems.length > MOST_PROBLEMS) return totals;
      const isFull = ledger.isFull && options.log === 'sqlite';
      if (isFull || round % FULL_CHECK_ROUNDS === 0 || round === options.rounds) {
        await ledger.checkWhole();
      }
      if (!isFull) continue;
      await ledger.close();
      ledger = undefined;
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    totals.problems.push(other(`the run ended in round ${totals.rounds + 1}: ${said}`));
  } finally {
    await ledger?.close();
  }
  return totals;
}

/** One ledger that lives through many servers. */
class CrashLedger {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'ledger-crash-'));
  readonly #record = new LedgerRecord();
  readonly #authors: Author[];
  readonly #counters: Counters = { serial: 0, days: new Map() };
  #followers: { who: string; follower: Follower; wants: (type: string) => boolean }[] = [];
  #server: ServerProcess | undefined;
  #url = '';
  /** Milliseconds of the last undisturbed boot: kills during a boot are aimed by it. */
  #bootMs = 500;

  private constructor(
    private readonly options: CrashOptions,
    private readonly random: Random,
    private readonly totals: Totals,
  ) {
    this.#authors = Array.from({ length: WRITERS }, (_, index) => authorOf(index, this.#counters));
  }

  /** A ledger that took the article under kills, and in which the authors can begin. */
  static async open(options: CrashOptions, random: Random, totals: Totals): Promise<CrashLedger> {
    const ledger = new CrashLedger(options, random, totals);
    try {
      await ledger.#begin();
      return ledger;
    } catch (error) {
      await ledger.close();
      throw error;
    }
  }

  get isFull(): boolean {
    return this.#record.length >= LEDGER_EVENTS;
  }

  async close(): Promise<void> {
    for (const { follower } of this.#followers) follower.leave();
    await this.#server?.kill();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async round(round: number): Promise<void> {
    const started = performance.now();
    const problemsBefore = this.totals.problems.length;
    const first = this.#record.length;
    const { load, how } = await this.#killUnderLoad();
    const startKills = await this.#restart(mayLoseViews(round, this.options.rounds));
    const repeated = await this.#repeat(load.unanswered);
    await this.#verify(first, [...load.acknowledged, ...repeated]);
    const recorded = repeated.filter(({ replayed }) => replayed).length;
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    const found = this.totals.problems.length - problemsBefore;
    this.options.say(
      `round ${round}: ${how}; ${startKills}${load.acknowledged.length} acknowledged, ` +
        `${load.unanswered.length} unanswered (${recorded} of them recorded), ` +
        `${this.#record.length} events, ${found} problems, ${seconds} s`,
    );
  }

  /** Reads the whole log again, and compares the views with such as are rebuilt from it. */
  async checkWhole(): Promise<void> {
    this.#report(this.#record.compare(await readLog(this.#url, '0')));
    await this.#stop();
    const viewsFile = viewsFileIn(this.#dataDir);
    const live = liveModels(viewsFile) ?? [];
    const { problems, rows } = await checkViews(this.#dataDir, this.options.log);
    this.#report(problems);
    this.#deleteViews();
    await this.#start();
    this.#report(compareModels(live, liveModels(viewsFile) ?? []));
    this.totals.views += 1;
    const { length } = this.#record;
    this.options.say(`whole check: ${length} events, ${rows} rows of views`);
    await Promise.all(this.#followers.map(({ follower }) => follower.resume(this.#url)));
  }

  async #begin(): Promise<void> {
    const { log, say } = this.options;
    const launch = { dataDir: this.#dataDir, log };
    const seeding = await seedUnderKills(launch, this.random);
    this.#report(seeding.problems);
    say(`seed: ${seeding.kills} kills while it was loaded, ${seeding.events} events`);
    await this.#start();
    this.#report(this.#record.take(await readLog(this.#url, '0')));
    const connections = new Connections(this.#url);
    const begun: Acknowledged[] = [];
    for (const post of preparation(WRITERS)) {
      const answer = await connections.post(post);
      const receipt = receiptOf(answer);
      if (receipt === undefined) throw new Error(`${post.content}: ${answer.text}`);
      begun.push(acknowledged(post, answer, receipt));
    }
    connections.close();
    await this.#verify(this.#record.length, begun);
    const follower = (topics?: string) => new Follower(this.#record.position, topics);
    this.#followers = [
      { who: 'a follower', follower: follower(), wants: () => true },
      { who: 'a restless follower', follower: follower(), wants: () => true },
      { who: 'a follower of units', follower: follower('unit'), wants: isOfUnit },
    ];
    await Promise.all(this.#followers.map(({ follower: one }) => one.resume(this.#url)));
  }

  /** Lets the authors write, and kills the server in the middle of it, or while it closes. */
  async #killUnderLoad(): Promise<{ load: Load; how: string }> {
    const server = this.#running();
    const answers = Math.floor(MOST_ANSWERS * this.random() ** 2);
    const closes = chance(this.random, 0.3);
    const delayMs = between(this.random, 0, closes ? 400 : 10);
    const restsAt = Math.floor(answers * this.random());
    const connections = new Connections(this.#url);
    const load = new Load(connections, this.#authors);
    const flows = await load.reaches(restsAt);
    await this.#followers[1]?.follower.resume(this.#url);
    if (!flows || !(await load.reaches(answers))) {
      this.#report([other(`no answer for long after ${load.acknowledged.length} in a round`)]);
    }
    if (closes) server.send('SIGTERM');
    await pause(delayMs);
    const end = await server.kill();
    await load.ended();
    connections.close();
    if (end.signal !== 'SIGKILL' && (!closes || end.code !== 0)) this.#report([ended(server, end)]);
    this.#report(load.unexpected.map((what) => other(`unexpected answer: ${what}`)));
    // Only a server that closes may ask to try again later.
    const refused = closes ? [] : load.refused;
    this.#report(refused.map(({ text }) => other(`refused while nothing was wrong: ${text}`)));
    const way = end.signal === null ? 'closed' : closes ? 'killed while closing' : 'killed';
    return { load, how: `${way} after ${answers} answers` };
  }

  /** Starts the server again; at times it is killed before it is ready, or finds no views. */
  async #restart(mayLose: boolean): Promise<string> {
    const loses = chance(this.random, 0.5) && mayLose;
    const kills = chance(this.random, 0.35) ? 1 + Math.floor(this.random() * 2) : 0;
    if (loses) this.#deleteViews();
    // Beside an EventStoreDB a server keeps the order of its events, which may go as well.
    const losesOrder = loses && chance(this.random, 0.5);
    for (const companion of losesOrder ? ['', '-wal', '-shm'] : []) {
      rmSync(join(this.#dataDir, `eventstore.db${companion}`), { force: true });
    }
    for (let kill = 0; kill < kills; kill += 1) {
      const server = ServerProcess.launch({ dataDir: this.#dataDir, log: this.options.log });
      await pause(between(this.random, 0, this.#bootMs * 1.2));
      const end = await server.kill();
      if (end.signal !== 'SIGKILL') this.#report([ended(server, end)]);
    }
    await this.#start();
    await Promise.all(this.#followers.map(({ follower }) => follower.resume(this.#url)));
    return `${loses ? 'views deleted; ' : ''}${kills > 0 ? `${kills} kills at start; ` : ''}`;
  }

  /** What nobody answered is asked again under its key, by everybody at once. */
  async #repeat(unanswered: readonly Unanswered[]): Promise<Acknowledged[]> {
    const connections = new Connections(this.#url);
    const repeated = await Promise.all(
      unanswered.map(async ({ author, post }) => {
        const answer = await connections.post(post);
        const receipt = receiptOf(answer);
        if (receipt === undefined) {
          this.#report([other(`a repeat was answered ${answer.status}: ${answer.text}`)]);
          return [];
        }
        author.heard(receipt);
        return [acknowledged(post, answer, receipt)];
      }),
    );
    connections.close();
    return repeated.flat();
  }

  /** Everything since the last check: log, acknowledged writes, and what the followers saw. */
  async #verify(first: number, written: readonly Acknowledged[]): Promise<void> {
    this.totals.acknowledged += written.length;
    this.#report(this.#record.take(await readLog(this.#url, this.#record.position)));
    this.#report(this.#record.holds(written));
    const added = this.#record.length - first;
    if (added !== written.length) {
      this.#report([other(`${written.length} writes were answered, ${added} events came of them`)]);
    }
    for (const { who, follower, wants } of this.#followers) {
      const due = this.#record.changesFrom(first, wants);
      await follower.sees(due.length);
      this.#report(checkSeen(who, follower.seen, due));
      if (follower.wasReset) this.#report([other(`${who} was told to start afresh`)]);
      follower.forget();
    }
    const late = Math.max(0, this.#record.length - 1 - Math.floor(this.random() * LATE_CHANGES));
    const latecomer = new Follower(this.#record.positionOf(late));
    await latecomer.resume(this.#url);
    const due = this.#record.changesFrom(late + 1);
    await latecomer.sees(due.length);
    this.#report(checkSeen('a late client', latecomer.seen, due));
    latecomer.leave();
  }

  async #start(): Promise<void> {
    const launch = { dataDir: this.#dataDir, log: this.options.log };
    const { server, url } = await ServerProcess.start(launch);
    this.#bootMs = server.age;
    this.#server = server;
    this.#url = url;
  }

  async #stop(): Promise<void> {
    const server = this.#running();
    const end = await server.stop();
    if (end.code !== 0) this.#report([ended(server, end)]);
  }

  #running(): ServerProcess {
    if (this.#server === undefined) throw new Error('No server was started.');
    return this.#server;
  }

  #deleteViews(): void {
    rmSync(join(this.#dataDir, 'views'), { recursive: true, force: true });
  }

  #report(problems: readonly Problem[]): void {
    this.totals.problems.push(...problems);
  }
}

/**
 * Views that were just rebuilt say nothing about following through kills, so none are deleted in
 * the rounds before they are compared.
 */
function mayLoseViews(round: number, rounds: number): boolean {
  const place = (round - 1) % FULL_CHECK_ROUNDS;
  const left = Math.min(FULL_CHECK_ROUNDS - 1 - place, rounds - round);
  return place < 4 && left >= 2;
}

const isOfUnit = (type: string): boolean => type.startsWith('Unit');

function ended(server: ServerProcess, { code, signal }: End): Problem {
  const how = signal ?? `code ${code}`;
  return other(`a server ended with ${how}: ${server.output.slice(-500)}`);
}

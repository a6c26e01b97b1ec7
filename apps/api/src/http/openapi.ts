import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';

/** Serves `/openapi.json` (3.1, from the schemas that validate) and a page to try it at `/docs`. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const document = openApiDocument(app);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: '改革台账接口 · Reform ledger API',
  });
  return document;
}

function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('改革进展台账 · Reform progress ledger')
    .setDescription(
      'Every change is an immutable event; everything read is rebuilt from events. ' +
        'Errors are RFC 9457 problems; all codes are explained at /docs/problems.',
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '')}_${method}`,
    standardSchemaConverter: (schema) => {
      if (!(schema instanceof z.ZodType)) return undefined;
      const { id } = z.globalRegistry.get(schema) ?? {};
      if (id !== undefined) return { schema: { $ref: `#/components/schemas/${id}` } };
      return { schema: jsonSchemaOf(schema) };
    },
  });
  document.components = { ...document.components, schemas: namedSchemas() };
  return document;
}

/**
 * `input` on both sides: a body may leave out what has a default, and an answer may gain members
 * in later versions, so it must not promise `additionalProperties: false`.
 */
const options = { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' } as const;

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

function namedSchemas(): Schemas {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    ...options,
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, ...schema }]) => [
      name,
      asOpenApi(schema),
    ]),
  );
}

function jsonSchemaOf(schema: z.ZodType): Schemas[string] {
  const { $schema: _schema, $defs: _defs, ...rest } = z.toJSONSchema(schema, options);
  return asOpenApi(rest);
}

/** A JSON Schema of 2020-12 is a schema of OpenAPI 3.1; only their TypeScript types differ. */
function asOpenApi(schema: object): Schemas[string] {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  const parsed: Schemas[string] = JSON.parse(text);
  return parsed;
}

/**
 * The route of a custom verb on one thing, `{parameter}:name` (AIP-136), in the syntax of Fastify's
 * router: `::` is a colon as such, and the expression ends the parameter before it. Nest's own
 * escape `\:` is none there: it would become part of the parameter's name.
 */
export function verb(parameter: string, name: string): string {
  return `:${parameter}(^[^:]+)::${name}`;
}

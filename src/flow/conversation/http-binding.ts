/** Where a tool's call is sent, as a document says it: what is wrong with that is known before any call. */
import type { DefinitionProblem } from '../definition-problem.ts';
import type { CompiledTool } from './compiled-conversation.ts';
import { templateParts } from './http-template.ts';

export type HttpBinding = NonNullable<CompiledTool['http']>;
export type HttpMethod = NonNullable<HttpBinding['method']>;

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const WITH_BODY: readonly string[] = ['POST', 'PUT', 'PATCH'];
/** Scheme and host, which no argument may choose. */
const ORIGIN = /^https?:\/\/[^/?#{}@\s\\]+(?=[/?#]|$)/i;
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** Of the connection, not of the request: the platform writes them. */
const CONNECTION_HEADERS: readonly string[] = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
/** Anything else could end the header and begin another. */
export const HEADER_TEXT: RegExp = /^[\x20-\x7e]*$/;
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i;

/** Everything that is wrong with the binding of a tool, if it has one. `path`: where the binding stands. */
export function bindingProblems(
  { handoff, http, kind }: Pick<CompiledTool, 'handoff' | 'http' | 'kind'>,
  path: string,
): readonly DefinitionProblem[] {
  if (http === undefined) return [];
  const lacksBody = handoff === true && !hasBody(http, kind);
  const message = 'The handoff packet goes in a body: use POST, PUT or PATCH.';
  return [...(lacksBody ? [{ path: `${path}.method`, message }] : []), ...httpProblems(http, path)];
}

function httpProblems(binding: HttpBinding, path: string): readonly DefinitionProblem[] {
  const { url, method = 'GET', headers = {} } = binding;
  const problems: DefinitionProblem[] = [];
  const unless = (holds: boolean, field: string, message: string): void => {
    if (!holds) problems.push({ path: `${path}.${field}`, message });
  };
  unless(METHODS.includes(method), 'method', `It is one of ${METHODS.join(', ')}.`);
  const origin = ORIGIN.exec(url)?.[0];
  const isAbsolute = origin !== undefined && URL.canParse(origin);
  unless(
    isAbsolute,
    'url',
    'It begins with http:// or https:// and a host that is written out, without user or password.',
  );
  unless(
    templateParts(url).every(({ type }) => type !== 'env'),
    'url',
    'Addresses are logged on their way: {env:…} belongs into a header.',
  );
  unless(!hasDotSegment(url), 'url', 'Write the path without . and .. in it.');
  for (const [name, value] of Object.entries(headers)) {
    const isAllowed = HEADER_NAME.test(name) && !CONNECTION_HEADERS.includes(name.toLowerCase());
    unless(isAllowed, `headers.${name}`, 'A request cannot have this header.');
    const literals = templateParts(value).map((part) => (part.type === 'text' ? part.text : ''));
    unless(HEADER_TEXT.test(literals.join('')), `headers.${name}`, 'Its value is printable ASCII.');
  }
  return problems;
}

/** Whether the arguments of a call are sent in a body. */
export function hasBody(binding: HttpBinding, kind: CompiledTool['kind']): boolean {
  return WITH_BODY.includes(methodOf(binding, kind));
}

export function methodOf({ method }: HttpBinding, kind: CompiledTool['kind']): HttpMethod {
  return method ?? (kind === 'commit' ? 'POST' : 'GET');
}

/** `.` and `..` walk up the path, also percent-encoded. */
export function hasDotSegment(url: string): boolean {
  const [path = ''] = url.replace(ORIGIN, '').split(/[?#]/);
  return path.split(/[/\\]/).some((segment) => DOT_SEGMENT.test(segment));
}

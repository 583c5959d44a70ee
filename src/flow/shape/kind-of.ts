/** What a value is, as the messages of checks call it. */
export type Kind =
  | 'a text'
  | 'a number'
  | 'true or false'
  | 'a list'
  | 'an object'
  | 'null'
  | 'a function'
  | 'something else';

export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'function':
      return 'a function';
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) return 'a list';
      // Those of classes are no data; the plain ones of another realm are.
      const prototype: unknown = Object.getPrototypeOf(value);
      const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
      if (isPlain) return 'an object';
      break;
    }
    default:
  }
  return 'something else';
}

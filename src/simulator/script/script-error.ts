/** A script that cannot be used, with the place and what to write instead. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
  /** Always `scriptInvalid`. */
  readonly code = 'scriptInvalid' as const;
  /** Where, such as `steps[3].waits`; empty for the whole file. */
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(path === '' ? message : `${path}: ${message}`, options);
    this.path = path;
  }
}

/** Tool declarations as the wire takes them. */

/** The OpenAPI subset Gemini takes for parameters; `type` is upper case. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyOrdering?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly minItems?: string | number;
  readonly maxItems?: string | number;
  readonly minLength?: string | number;
  readonly maxLength?: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly example?: unknown;
}

/** Whether the model waits for the result. Default BLOCKING, but NON_BLOCKING on 3.8. */
export type ToolBehavior = 'BLOCKING' | 'NON_BLOCKING';

export interface FunctionDeclaration {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: Schema;
  /** JSON Schema, instead of `parameters`. */
  readonly parametersJsonSchema?: unknown;
  readonly response?: Schema;
  readonly responseJsonSchema?: unknown;
  readonly behavior?: ToolBehavior;
}

/** One entry of `setup.tools`. Live 3.x supports functions and search only. */
export interface Tool {
  readonly functionDeclarations?: readonly FunctionDeclaration[];
  readonly googleSearch?: Readonly<Record<string, unknown>>;
  readonly googleSearchRetrieval?: Readonly<Record<string, unknown>>;
  readonly codeExecution?: Readonly<Record<string, unknown>>;
  readonly urlContext?: Readonly<Record<string, unknown>>;
  readonly googleMaps?: Readonly<Record<string, unknown>>;
  readonly computerUse?: Readonly<Record<string, unknown>>;
  /** Google AI only. */
  readonly fileSearch?: Readonly<Record<string, unknown>>;
  /** Vertex only, like the three below. */
  readonly retrieval?: Readonly<Record<string, unknown>>;
  readonly enterpriseWebSearch?: Readonly<Record<string, unknown>>;
  readonly exaAiSearch?: Readonly<Record<string, unknown>>;
  readonly parallelAiSearch?: Readonly<Record<string, unknown>>;
}

export interface ToolConfig {
  readonly functionCallingConfig?: {
    readonly mode?: 'AUTO' | 'ANY' | 'NONE' | 'VALIDATED';
    readonly allowedFunctionNames?: readonly string[];
  };
  readonly retrievalConfig?: Readonly<Record<string, unknown>>;
}

/** `parlando/flow/draw`: a flow as a picture. */
export type { FlowMarking } from './picture.ts';
export { toMermaid } from './to-mermaid.ts';
export { toSvg } from './to-svg.ts';

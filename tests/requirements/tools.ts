import type { Requirement } from '../requirements.ts';

export const toolsRequirements: Readonly<Record<string, Requirement>> = {};

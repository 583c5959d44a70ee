import type { Requirement } from '../requirements.ts';

export const stateRequirements: Readonly<Record<string, Requirement>> = {};

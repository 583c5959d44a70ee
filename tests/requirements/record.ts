import type { Requirement } from '../requirements.ts';

export const recordRequirements: Readonly<Record<string, Requirement>> = {};

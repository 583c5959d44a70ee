import type { Requirement } from '../requirements.ts';

export const wireRequirements: Readonly<Record<string, Requirement>> = {};

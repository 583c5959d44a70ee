import type { Requirement } from '../requirements.ts';

export const testingRequirements: Readonly<Record<string, Requirement>> = {};

import type { Requirement } from '../requirements.ts';

export const audioRequirements: Readonly<Record<string, Requirement>> = {};

import type { Requirement } from '../requirements.ts';

export const flowRequirements: Readonly<Record<string, Requirement>> = {};

import type { Requirement } from '../requirements.ts';

export const watchRequirements: Readonly<Record<string, Requirement>> = {};

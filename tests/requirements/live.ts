import type { Requirement } from '../requirements.ts';

export const liveRequirements: Readonly<Record<string, Requirement>> = {};

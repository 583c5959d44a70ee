import type { Requirement } from '../requirements.ts';

export const simulatorRequirements: Readonly<Record<string, Requirement>> = {};

import type { Requirement } from '../requirements.ts';

export const extractRequirements: Readonly<Record<string, Requirement>> = {};

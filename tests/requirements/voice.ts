import type { Requirement } from '../requirements.ts';

export const voiceRequirements: Readonly<Record<string, Requirement>> = {};

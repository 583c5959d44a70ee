import type { Requirement } from '../requirements.ts';

export const telemetryRequirements: Readonly<Record<string, Requirement>> = {};

import { createOrchestrator } from './orchestrator.ts';

export const handler = createOrchestrator(process.env);

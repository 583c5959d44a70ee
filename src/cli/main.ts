#!/usr/bin/env node
import { runCli } from './run-cli.ts';
import { flushed, processConsole } from './shell/process-console.ts';

const exitCode = await runCli(process.argv.slice(2), processConsole());
await flushed();
process.exit(exitCode);

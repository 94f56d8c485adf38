#!/usr/bin/env node
/** Starts the program by its compiled files. */
import { startProgram } from './console/start.js';

await startProgram(() => import('./program.js'));

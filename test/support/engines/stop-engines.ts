/** Stops what `start-engines.ts` started. */
export default function stopEngines(): void {
  for (const child of globalThis.engineProcesses ?? []) child.kill();
}

import { appendFileSync } from 'node:fs';

/** Adds one line with a project's test counts to the file named by TEST_COUNTS, for the closing line of `npm test`. */
export default class CountReporter {
  constructor(config) {
    this.project = config.rootDir;
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites }) {
    if (!process.env.TEST_COUNTS) return;
    const counts = { project: this.project, passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests + numTodoTests };
    appendFileSync(process.env.TEST_COUNTS, `${JSON.stringify(counts)}\n`);
  }
}

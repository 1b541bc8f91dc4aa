import { appendFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Adds one line with a project's test counts and the names of what failed to the file named by TEST_COUNTS, for the closing lines of `npm test`. */
export default class CountReporter {
  constructor(config) {
    this.project = config.rootDir;
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites, testResults }) {
    if (!process.env.TEST_COUNTS) return;
    const counts = { project: this.project, passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests + numTodoTests, failures: failuresIn(testResults), times: timesIn(testResults) };
    appendFileSync(process.env.TEST_COUNTS, `${JSON.stringify(counts)}\n`);
  }
}

/** One line for each failed test, or for a file that could not be run. */
function failuresIn(files) {
  return files.flatMap(({ testFilePath, testExecError, testResults }) => {
    const file = relative(root, testFilePath);
    const failed = testResults.filter(({ status }) => status === 'failed').map(({ fullName, duration }) => `${file}: ${fullName} (${Math.round((duration ?? 0) / 1000)} s)`);
    return testExecError && failed.length === 0 ? [`${file}: could not be run`] : failed;
  });
}

/** How long each file took, its beginning and end included. */
function timesIn(files) {
  return files.map(({ testFilePath, perfStats: { start, end } }) => ({ file: relative(root, testFilePath), seconds: Math.round((end - start) / 1000) }));
}

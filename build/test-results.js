/** Reads the JSON reports of the two test runners into `{ passed, failed, skipped: [{ name, reason }] }`. */

export function vitestResults(report) {
  const results = { passed: 0, failed: 0, skipped: [] };
  for (const file of report.testResults) {
    // A file that does not load has no tests, and is a failure nevertheless.
    if (file.status === 'failed' && file.assertionResults.length === 0) results.failed++;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') results.passed++;
      else if (test.status === 'failed') results.failed++;
      else results.skipped.push({ name: test.fullName, reason: vitestReason(test) });
    }
  }
  return results;
}

export function playwrightResults(report) {
  const results = { passed: 0, failed: report.errors?.length ?? 0, skipped: [] };
  for (const suite of report.suites) visit(suite);
  return results;

  function visit(suite) {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'skipped')
          results.skipped.push({ name: `[${test.projectName}] ${spec.title}`, reason: skipReason(test) });
        else if (test.status === 'unexpected') results.failed++;
        else results.passed++;
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  }
}

/** A reporter of vitest does not hear why a test is skipped: our tests say it in the name of their suite, or print it. */
function vitestReason(test) {
  const named = (test.ancestorTitles ?? []).map((title) => /skipped: (.+)/.exec(title)?.[1]).find(Boolean);
  return named ?? 'see the line "skipped: …" that its file prints';
}

function skipReason(test) {
  const annotation = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme');
  return annotation?.description?.replace(/^skipped: /, '') ?? 'no reason given';
}

import { describe, expect, it } from 'vitest';
import { playwrightResults, vitestResults } from './test-results.js';

describe('the results of vitest', () => {
  it('are summed over all files', () => {
    const test = (status: string, ...ancestorTitles: string[]) => ({ status, fullName: `a ${status}`, ancestorTitles });
    expect(
      vitestResults({
        testResults: [
          { status: 'failed', assertionResults: [test('passed'), test('failed'), test('passed')] },
          {
            status: 'passed',
            assertionResults: [test('pending'), test('skipped', 'files', 'large ones, skipped: no disk')],
          },
        ],
      }),
    ).toEqual({
      passed: 2,
      failed: 1,
      skipped: [
        { name: 'a pending', reason: 'see the line "skipped: …" that its file prints' },
        { name: 'a skipped', reason: 'no disk' },
      ],
    });
  });

  it('count a file that does not load as a failure', () => {
    expect(vitestResults({ testResults: [{ status: 'failed', assertionResults: [] }] }).failed).toBe(1);
  });
});

describe('the results of Playwright', () => {
  it('are summed over nested suites, with the reasons of what was skipped', () => {
    const test = (status: string, annotations: object[] = []) => ({ projectName: 'electron', status, annotations });
    expect(
      playwrightResults({
        errors: [],
        suites: [
          {
            specs: [
              {
                title: 'one',
                tests: [test('expected'), test('skipped', [{ type: 'skip', description: 'skipped: no runtime' }])],
              },
            ],
            suites: [{ specs: [{ title: 'two', tests: [test('unexpected'), test('flaky'), test('skipped')] }] }],
          },
        ],
      }),
    ).toEqual({
      passed: 2,
      failed: 1,
      skipped: [
        { name: '[electron] one', reason: 'no runtime' },
        { name: '[electron] two', reason: 'no reason given' },
      ],
    });
  });

  it('count an error outside of every test', () => {
    expect(playwrightResults({ errors: [{}], suites: [] }).failed).toBe(1);
  });
});

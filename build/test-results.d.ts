export interface TestResults {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
}
export function vitestResults(report: object): TestResults;
export function playwrightResults(report: object): TestResults;

import type { FoundPdb, TriedPlace } from '../model.ts';

export type FailedState = Exclude<FoundPdb['state'], 'found'>;

/** What says more about a search that found nothing stands further right: the state of the search is the last of those that were met. */
const BY_WEIGHT: readonly FailedState[] = ['notFound', 'mismatch', 'failed', 'corrupt', 'portable', 'notAllowed'];

/** The places that one search looked into, and what they come to together. */
export class Trail {
  readonly tried: TriedPlace[] = [];
  state: FailedState = 'notFound';

  add(where: string, outcome: string, state: FailedState = 'notFound'): void {
    this.tried.push({ where, outcome });
    if (BY_WEIGHT.indexOf(state) > BY_WEIGHT.indexOf(this.state)) this.state = state;
  }
}

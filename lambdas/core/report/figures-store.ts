import type { CampaignKey } from '../campaign/keys';
import type { FiguresReading } from './campaign-figures';

/** What is kept of a campaign whose figures take long to read. */
export interface StoredFigures {
  /** The last complete reading. */
  readonly latest?: FiguresReading;
  /** One that ran out of time, to go on with. */
  readonly unfinished?: FiguresReading;
}

/** Keeps figures, and lets one reader at a time refresh them. Implemented in `adapters/dynamodb`. */
export interface FiguresStore {
  /** @returns what is kept; nothing for a campaign that is quickly read. @throws {TransientError} */
  read(campaign: CampaignKey): Promise<StoredFigures>;

  /**
   * Takes the lease of a campaign's figures, or keeps it where it is held with the same token.
   *
   * @returns whether it is held now. @throws {TransientError}
   */
  claim(campaign: CampaignKey, lease: FiguresLease): Promise<boolean>;

  /**
   * Stores a reading and gives the lease back. Nothing happens where another holds it by now.
   *
   * @param figures attributes left out stay as they are; an `unfinished` of `undefined` is forgotten.
   * @throws {TransientError}
   */
  save(campaign: CampaignKey, lease: FiguresLease, figures: StoredFigures): Promise<void>;
}

/** The right to refresh a campaign's figures, until a time. */
export interface FiguresLease {
  readonly token: string;
  /** Milliseconds since the Unix epoch, UTC. */
  readonly nowMs: number;
  readonly untilMs: number;
}

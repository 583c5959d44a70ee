/** Why a connection is replaced. */
export type RotationCause =
  | 'goAway'
  /** The connection is about to reach the limit that is known of its model. */
  | 'connectionLimit'
  | 'connectionLost'
  | 'application'
  /** The application found that the model has fallen silent. */
  | 'deadAir';

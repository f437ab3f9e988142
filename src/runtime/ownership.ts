/** Whose members are executed for by this process: an agent has one, the operator all in Push mode, a replica its share of them. */
export interface Ownership {
  readonly owns: (cluster: string) => boolean
  /**
   * Tells of each cluster that is ours from now on and was not before. Absent: nobody hands over any.
   * @returns removes the handler.
   */
  readonly onGain?: (handler: (cluster: string) => void) => () => void
}

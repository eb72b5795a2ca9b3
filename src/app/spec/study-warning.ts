/** Something in a study file that was understood otherwise than it is written, or not used. The study can be run. */
export interface StudyWarning {
  /** Where it stands in the file; null for what stands nowhere in it. */
  readonly line: number | null;
  readonly message: string;
}

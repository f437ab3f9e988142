import type { Overrider } from './overrider.ts'
import { annotations } from './overriders/annotations.ts'
import { args } from './overriders/args.ts'
import { command } from './overriders/command.ts'
import { field } from './overriders/field.ts'
import { image } from './overriders/image.ts'
import { labels } from './overriders/labels.ts'
import { plaintext } from './overriders/plaintext.ts'

/**
 * The overriders in the order in which those of one rule are applied, which is part of the contract.
 *
 * @source spec/behaviour/overrides.md §2
 */
export const OVERRIDERS: readonly Overrider[] = [image, command, args, labels, annotations, field, plaintext]

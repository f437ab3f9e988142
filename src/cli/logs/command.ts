import { InvalidArgumentError } from 'commander'
import { aboutFleet, type FleetCommandFlags, onFleet } from '../fleet/on-fleet.ts'
import { parseDuration } from '../join/duration.ts'
import { logs } from '../logs.ts'
import { CommandError } from '../manifests.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'

interface LogFlags extends FleetCommandFlags {
  readonly namespace?: string
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  readonly tail?: number
  readonly since?: string
  readonly container?: string
  readonly allContainers: boolean
  readonly selector?: string
}

export const defineLogs: DefineCommand = (program, terminal) => {
  aboutFleet(program.command('logs'))
    .argument('[pod]', 'a pod, or what has pods: web-x2k8p, deployment/web')
    .description('Logs of pods of all members, each line with member and pod before it.')
    .option('-n, --namespace <name>', 'namespace; default: that of the context')
    .option('-f, --follow', 'go on as more comes', false)
    .option('-p, --previous', 'of the container that ran before', false)
    .option('--timestamps', 'with the time of each line', false)
    .option('--tail <lines>', 'only the last lines of each container', parseLines)
    .option('--since <duration>', 'only what is not older: 30s, 5m, 2h')
    .option('-c, --container <name>', "container; default: the pod's default one")
    .option('--all-containers', 'of all containers', false)
    .option('-l, --selector <labels>', 'of pods with these labels')
    .action(async (subject: string | undefined, flags: LogFlags) => {
      if ((subject === undefined) === (flags.selector === undefined)) {
        throw new CommandError('either a pod (or what has pods) or -l is to be named')
      }
      const query = {
        namespace: flags.namespace ?? terminal.namespaceOf(program.opts<ClusterFlags>()),
        ...(subject !== undefined && { subject }),
        ...(flags.selector !== undefined && { labelSelector: flags.selector }),
      }
      const { follow, previous, timestamps, tail, since, container, allContainers } = flags
      const options = {
        follow,
        previous,
        timestamps,
        allContainers,
        ...(tail !== undefined && { tailLines: tail }),
        ...(since !== undefined && { sinceSeconds: Math.ceil(parseDuration('--since', since) / 1000) }),
        ...(container !== undefined && { container }),
      }
      const { writeAsIs: write } = terminal
      const run = onFleet({ program, terminal }, flags, asked => logs({ asked, write }, query, options))
      terminal.setExitCode(await run)
    })
}

function parseLines(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('it is a number of lines')
  return Number(text)
}

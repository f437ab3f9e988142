// Preloaded (node --import) where somebody may come with an older Node: says what is missing instead of failing on the
// first line of TypeScript. Plain JavaScript for that reason.
const NEEDED = 24
if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    `Node ${NEEDED} or newer is needed; this is ${process.version}.\n` +
      'npm installs one on Linux and macOS x64 (run "npm ci", and start through make or npm so that it is found);\n' +
      `on ${process.platform} ${process.arch} please install Node ${NEEDED} and put it first on the PATH.\n`,
  )
  process.exit(1)
}

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../controlplane/command.ts'

/** A Git repository, and the checkout of its branch that a GitOps tool works from: only what is committed gets there. */
export interface GitRepository {
  readonly checkout: string
  /** Writes files (undefined removes one), commits them and brings the checkout up to date. */
  commit(message: string, files: Readonly<Record<string, string | undefined>>): Promise<void>
}

const IDENTITY = ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.com', '-c', 'commit.gpgsign=false']

/**
 * Makes a repository whose first commit is a directory's content.
 *
 * @param directory is made; holds the repository and the checkout
 */
export async function newRepository(directory: string, content: string): Promise<GitRepository> {
  const origin = join(directory, 'origin')
  const checkout = join(directory, 'checkout')
  const git = (at: string, ...args: readonly string[]) => run('git', ['-C', at, ...IDENTITY, ...args])
  mkdirSync(origin, { recursive: true })
  await git(origin, 'init', '--quiet', '--initial-branch=main')
  cpSync(content, origin, { recursive: true })
  await git(origin, 'add', '--all')
  await git(origin, 'commit', '--quiet', '--message', 'The shop')
  await git(directory, 'clone', '--quiet', origin, checkout)
  return {
    checkout,
    commit: async (message, files) => {
      for (const [path, text] of Object.entries(files)) writeOrRemove(join(origin, path), text)
      await git(origin, 'add', '--all')
      await git(origin, 'commit', '--quiet', '--message', message)
      await git(checkout, 'pull', '--quiet', '--ff-only')
    },
  }
}

function writeOrRemove(path: string, text: string | undefined): void {
  if (text === undefined) {
    rmSync(path)
    return
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

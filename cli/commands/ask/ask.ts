import { openBucket } from '../../aws/bucket';
import { defaultFolder, makeOwnFolder } from '../../files/own-folder';
import { emptyInventory, type FunctionInventory, takeInventory } from '../../snapshots/inventory';
import { cachedStores, type LastListing, readListings } from '../../snapshots/last-listing';
import type { OpenStore } from '../../snapshots/snapshot';
import { type Located, locateStacks } from '../../stacks/locate-stacks';
import type { ProfiledStack } from '../../stacks/stack-outputs';
import { CommandError } from '../../terminal/command-error';
import type { Io } from '../../terminal/io';
import { choose } from '../../terminal/prompts';
import { runFetch } from '../fetch/fetch';
import { readAnswers, saveAnswers } from './answers';
import { commandLine, converse, type KnownStack, type World } from './conversation';

/** `profiled-fn` alone, at a terminal: asks what to look at, and shows it. The answers are next time's defaults. */
export async function runAsk(io: Io): Promise<void> {
  const answers = await converse(await worldOf(io), choose, await readAnswers(defaultFolder));
  await makeOwnFolder(defaultFolder);
  await saveAnswers(defaultFolder, answers);
  io.note(`Next time: ${commandLine(answers)}`);
  const { cached, stack, region, function: fn, type, sampleType } = answers;
  await runFetch(
    {
      stack,
      cached,
      out: defaultFolder,
      open: true,
      ...(!cached && { region: [region] }),
      ...(fn !== '' && { function: fn }),
      ...(type !== '' && { type }),
      ...(sampleType !== '' && { sampleType }),
    },
    io,
  );
}

async function worldOf(io: Io): Promise<World> {
  const listings = await readListings(defaultFolder).catch((error) => {
    if (!(error instanceof CommandError)) throw error;
    return []; // nothing has been fetched yet
  });
  const latest = listings.map(({ listed }) => listed.getTime()).reduce((a, b) => Math.max(a, b), 0);
  return {
    ...(listings.length > 0 && { fetched: { stacks: listings.map(fetchedStack), latest: new Date(latest) } }),
    deployed: async () => (await locateStacks({}, io)).map((located) => deployedStack(located, io)),
  };
}

function fetchedStack(listing: LastListing): KnownStack {
  return {
    stack: listing.stack,
    inventory: () => countAll(cachedStores(listing, defaultFolder), listing.stack),
  };
}

function deployedStack({ session, stack }: Located, io: Io): KnownStack {
  return {
    stack,
    async inventory() {
      io.progress.show(() => `Looking into ${stack.name}`);
      const stores = stack.stores.map(({ bucket, prefix }) => ({ bucket: openBucket(session, bucket), prefix }));
      try {
        return await countAll(stores, stack);
      } finally {
        for (const { bucket } of stores) bucket.close();
        io.progress.clear();
      }
    },
  };
}

/** What cannot be counted can be asked for all the same: fetching will say what is wrong. */
async function countAll(stores: OpenStore[], stack: ProfiledStack): Promise<FunctionInventory[]> {
  try {
    return (await takeInventory(stores, stack)).functions;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return emptyInventory(stack);
  }
}

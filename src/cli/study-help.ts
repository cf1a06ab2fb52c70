import { EXPERIMENT_NAMES } from '../study/index.js';

export const HELP = `npm run study -- [OPTIONS]

Trains the runs of the study that have no record yet, without notebooks. A run that was stopped resumes from its last
finished epoch. Several processes may train at the same time, on this machine or on others that share the folder of the
records (WHYCONV_RUNS): each run is trained by one of them.

  --profile P   smoke, quick or full (default: quick)
  --only NAMES  these experiments: ${EXPERIMENT_NAMES.slice(0, 6).join(',')},
                ${EXPERIMENT_NAMES.slice(6).join(',')}
  --list        list the runs, which are recorded, and how long the others may take, from the speeds of records
                where there are any, otherwise by arithmetic; trains nothing. --nodes N [--cores N]: on a cluster
  --data PATH   archive or folder of CIFAR-10 (default: the data folder, otherwise the download)
  --engine E    auto, native or wasm (default: WHYCONV_ENGINE, otherwise auto)
  --seed N      first seed (default: 0)
  --precision P float32 or bf16: convolutions in bfloat16, faster where the processor has it; such runs are recorded
                as runs of their own (default: float32)
  --no-compile  train operation by operation, not as compiled graphs: slower, and the same to within rounding
  --jobs N      runs trained in parallel, each on a core of its own (default: WHYCONV_JOBS, otherwise one per core,
                capped by memory)
  --verify N    train N of the recorded runs again, drawn by --seed, and say of each whether it is identical, equal to
                within rounding, or different (exit code 1); keeps nothing
  --costs       train one epoch of each network of the sweep and of the dense control, each alone in a process of its own,
                and write costs.json next to the records: what the report quotes as costs. Needs an otherwise idle machine
  --publish     copy what was trained of the full study, what was measured on it, and the weights of the sweep's CNNs of
                the first seed to reports/recorded, the study in the repository; what is there stays, and nothing is
                copied where two records of one run differ
  --fail-fast   stop when a run fails (default: train the others, then list those that failed)
  --help        this text

On several machines:
  --worker      train one run after another that nobody else trains, on all cores of this process. SIGTERM, SIGUSR1 and
                Ctrl-C end it at the next batch. Exit code 0: nothing left to do; 75: start it again, it resumes where it
                was; 65: what failed cannot succeed; 1: runs failed, and are listed
    --for T       end after so much time, such as 55m, 2h or at most 24d, as a signal would
    --shard I/N   only the runs of one of N shards, 0 to N-1, for stores that are not shared; N alone takes I from
                  SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX
  --merge DIR.. copy the records in these folders to this one; refused where two records of one run differ
  --status      which runs are done, running, waiting, failed; refreshed until Ctrl-C on a terminal
    --json        as JSON, once
  --submit S    hand what is missing to a scheduler: slurm (an array of workers) or kubernetes (an Indexed Job)
    --print       show what would be submitted, and submit nothing; kubernetes has this alone: kubectl submits it
    --nodes N     tasks at the same time (default: 4)
    --cores N     of a task (default: 2, more do not help)
    --gpus N      of a task (default: none)
    --for T       time limit of a task (default: from the estimate); a task that reaches it resumes where it was
    --partition P of Slurm; SBATCH_ACCOUNT, SBATCH_QOS and the like are read by sbatch itself
    --image I     of the container (default: whyconv)
    --volume V    claim of a volume that all nodes may write, with /data and /reports (default: whyconv)

For other programs:
  --export F TO the records of the study: csv or jsonl to a folder (epochs and runs), tensorboard to a folder of event
                files, mlflow-rest to the address of a tracking server

Examples:
  npm run study -- --profile full --list --nodes 8
  npm run study -- --verify 5
  npm run study -- --profile full --publish
  npm run study -- --profile full --only filterSweep
  npm run study -- --only permutation,blockPermutation
  npm run study -- --profile full --submit slurm --nodes 8 --partition gpu --gpus 1
  npm run study -- --profile full --status
  npm run study -- --profile full --submit kubernetes --print | kubectl apply -f -
  npm run study -- --profile full --export tensorboard reports/tensorboard
`;

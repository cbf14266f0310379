using Xunit.Sdk;
using Xunit.v3;

// Each spec has a shop of its own, with its own data and ports, and waits for it most of the time.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 3)]

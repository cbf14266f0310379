using Xunit.v3;

// These specs wait most of the time, for a broker or for a silo.
[assembly: Parallelization(MaxThreads = 3)]

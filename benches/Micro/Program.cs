using Shop.Benches.Load;
using Shop.Benches.Micro;
using Shop.Benches.Micro.HotProduct;
using Shop.Benches.Micro.Streams;

const string usage = """
    Measures the libraries, and a hot product, without HTTP.

      storage   [--sqlite DIR] [--postgres CONNECTION] [--seconds 4] [--rounds 5] [--part writers|maps|budget]
                [--results DIR] [--commit ID] [--machine TEXT]
                DIR is new and empty; CONNECTION leads to a server on this machine that does nothing else.
      streams   --amqp URL --management URL --broker PID [--seconds 5] [--rounds 5] [--part publish|end|latency|soak] [--minutes 10]
                [--results DIR] [--commit ID] [--machine TEXT]
                The URLs and the process id are those of a RabbitMQ on this machine that does nothing else. The soak runs only when asked for.

      w2        [--data DIR | --postgres CONNECTION] [--rabbitmq URL] [--processes postgres=PID,…] [--mode TEXT] [--units 1000] [--buyers 1024]
                [--seconds 4] [--rounds 5] [--results DIR] [--commit ID] [--machine TEXT]
                A silo of the shop in this process, and everybody wants the same product.

    Exit codes: 0 measured, 1 something failed, 2 not understood.
    """;

Func<Arguments, CancellationToken, Task<int>>? command = args switch
{
    ["storage", ..] => StorageCommand.Run,
    ["streams", ..] => StreamCommand.Run,
    ["w2", ..] => HotCommand.Run,
    _ => null,
};
if (command is null)
{
    Console.Error.WriteLine(usage);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    return await command(new Arguments(args.AsSpan(1)), stop.Token);
}
catch (ArgumentException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted.");
    return 1;
}

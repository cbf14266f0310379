using System.Net;
using System.Net.Sockets;

namespace Shop.Benches.Load.Machine;

/// <summary>
/// Ports on loopback that nobody listens on. Taken from below the range the system hands out to outgoing connections, so that a
/// server which is restarted on its port finds it free again. No port is given twice: its first owner may be about to start, or dead
/// for a moment.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Last = 32_000;

    private static readonly HashSet<int> Given = [];

    public static int[] Take(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            while (listeners.Count < count)
            {
                var port = Random.Shared.Next(First, Last);
                lock (Given)
                {
                    if (!Given.Add(port))
                        continue;
                }

                var listener = new TcpListener(IPAddress.Loopback, port);
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException)
                {
                    listener.Dispose();
                }
            }
            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Dispose());
        }
    }
}

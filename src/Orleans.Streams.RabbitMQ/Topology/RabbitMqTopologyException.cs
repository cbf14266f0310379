namespace Orleans.Streams.RabbitMQ;

/// <summary>
/// The broker has an exchange or a queue of the same name that is different, or the user may not declare it, or not remove its bindings. The
/// message names it, the argument and both values.
/// </summary>
public sealed class RabbitMqTopologyException(string message, Exception innerException) : Exception(message, innerException);

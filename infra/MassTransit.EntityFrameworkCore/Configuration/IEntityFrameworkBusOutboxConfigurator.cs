namespace MassTransit;

public interface IEntityFrameworkBusOutboxConfigurator : IBusOutboxConfigurator
{
    /// <summary>Messages on their way to the broker at a time, for one transaction. Default 100, from 1 up.</summary>
    int MessageDeliveryLimit { set; }

    /// <summary>How long one message may take to be acknowledged before it is left to the next round. Default 10 seconds.</summary>
    TimeSpan MessageDeliveryTimeout { get; set; }
}

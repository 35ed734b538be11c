using Microsoft.AspNetCore.Components;

namespace Billing.Console.Live;

/// <summary>A page's moving part. It reads what it shows first, and is rendered once.</summary>
public abstract class LookingPage : ComponentBase
{
    [Parameter, EditorRequired]
    public Look Look { get; set; } = null!;

    /// <summary>Reads what the page shows.</summary>
    protected virtual Task ReadAsync() => Task.CompletedTask;

    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await ReadAsync();
        StateHasChanged();
    }
}

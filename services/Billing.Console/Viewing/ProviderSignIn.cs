using Billing.Hosting.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Billing.Console.Viewing;

/// <summary>
/// Sign-in by OpenID Connect: the code flow with PKCE. The provider's answer comes in the query of a plain look, so that the cookies of the way there need not
/// be sent with another site's forms; what is kept of it is a name and the rights, in the same cookie as with a key.
/// </summary>
static class ProviderSignIn
{
    public const string Scheme = "provider";
    const string EndAddress = "provider-end";

    /// <summary>The provider is asked while a person waits.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void AddProvider(this AuthenticationBuilder authentication, Provider provider, string cookieScheme) =>
        authentication.AddOpenIdConnect(Scheme, options =>
        {
            var settings = provider.Settings;
            (options.Authority, options.ClientId, options.ClientSecret) = (settings.Authority!.ToString(), settings.ClientId, settings.ClientSecret);
            options.RequireHttpsMetadata = !provider.MayBeInClear;
            (options.ResponseType, options.ResponseMode, options.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query, true);
            (options.CallbackPath, options.SignedOutCallbackPath, options.RemoteSignOutPath) = ("/sign-in/callback", "/sign-out/callback", PathString.Empty);
            (options.SignInScheme, options.SignOutScheme) = (cookieScheme, cookieScheme);
            (options.MapInboundClaims, options.SaveTokens, options.DisableTelemetry) = (false, false, true);
            options.BackchannelTimeout = Patience;
            options.Scope.Clear();
            foreach (var scope in settings.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Prepend("openid").Distinct())
                options.Scope.Add(scope);
            foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
                (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
            options.Events = new OpenIdConnectEvents
            {
                OnTicketReceived = context => ReceiveAsync(context, provider),
                OnRemoteFailure = context => RefuseAsync(context, "provider", context.Failure?.GetBaseException().Message ?? "no reason"),
                OnRedirectToIdentityProviderForSignOut = context =>
                {
                    // the page that says so leads there: a form of ours may not be answered by another site
                    context.ProtocolMessage.ClientId = settings.ClientId;
                    if (!string.IsNullOrEmpty(context.ProtocolMessage.IssuerAddress))
                        context.HttpContext.Items[EndAddress] = context.ProtocolMessage.CreateLogoutRequestUrl();
                    context.HandleResponse();
                    return Task.CompletedTask;
                }
            };
        });

    /// <summary>Everything was checked: signature, issuer, audience, nonce, code. What is left is what it gives him here.</summary>
    static Task ReceiveAsync(TicketReceivedContext context, Provider provider)
    {
        var viewer = provider.ViewerOf(context.Principal!);
        if (viewer.Rights == Rights.None)
            return RefuseAsync(context, "rights", $"{viewer.Name} is known to the provider, and has no right here");
        context.Principal = Gate.PrincipalOf(viewer);
        // not renewed: after a working day the provider is asked again whether he is still one of us
        context.Properties = new AuthenticationProperties { AllowRefresh = false };
        LogOf(context.HttpContext).SignedIn(viewer.Name);
        return Task.CompletedTask;
    }

    /// <summary>The sign-in page says why.</summary>
    static Task RefuseAsync(HandleRequestContext<RemoteAuthenticationOptions> context, string why, string because)
    {
        LogOf(context.HttpContext).NotSignedIn(because);
        context.HandleResponse();
        context.Response.Redirect($"/sign-in?refused={why}");
        return Task.CompletedTask;
    }

    /// <summary>Leads to the provider, and from there to a page of ours.</summary>
    /// <returns>False when it cannot be asked.</returns>
    public static async Task<bool> BeginAsync(HttpContext context, string to)
    {
        try
        {
            await context.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = $"/signed-in?to={Uri.EscapeDataString(to)}" });
            return true;
        }
        catch (InvalidOperationException away)
        {
            LogOf(context).ProviderAway(away.Message);
            return false;
        }
    }

    /// <returns>Where the provider ends its own session; null when it has no such address, or cannot be asked.</returns>
    public static async Task<string?> EndAsync(HttpContext context)
    {
        try
        {
            await context.SignOutAsync(Scheme);
            return context.Items[EndAddress] as string;
        }
        catch (InvalidOperationException away)
        {
            LogOf(context).ProviderAway(away.Message);
            return null;
        }
    }

    static ILogger LogOf(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ProviderSignIn));
}

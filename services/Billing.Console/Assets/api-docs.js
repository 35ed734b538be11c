'use strict';

// Shows the hosts' OpenAPI documents, each from this console: nothing is asked of another address.
(() => {
    const app = document.getElementById('app');
    Scalar.createApiReference(app, {
        sources: JSON.parse(app.dataset.sources),
        hideTestRequestButton: true,
        hideClientButton: true,
        hiddenClients: true,
        withDefaultFonts: false,
        telemetry: false,
        showDeveloperTools: 'never',
        agent: { disabled: true },
        mcp: { disabled: true },
    });
})();

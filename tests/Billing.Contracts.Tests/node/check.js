// Reads an AsyncAPI document from its argument's file; prints one line for each thing that is wrong with it.
const fs = require('fs');
const { Parser } = require('@asyncapi/parser');

(async () => {
    const { document, diagnostics } = await new Parser().parse(fs.readFileSync(process.argv[2], 'utf8'));
    for (const found of diagnostics)
        if (found.severity < 2)
            console.log(`${found.code} at ${found.path.join('/')}: ${found.message}`);
    if (document)
        console.error(`${document.allChannels().length} channels, ${document.allMessages().length} messages`);
})();

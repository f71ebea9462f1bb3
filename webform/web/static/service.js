// Everything works without this file. It only starts the GOV.UK components that make some things easier.
import { initAll } from './built/govuk.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

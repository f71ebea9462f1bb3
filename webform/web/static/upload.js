// Pages with files work without this. It says at once when a file is too large, and shows how far an upload has come.
import { initAll } from './built/govuk.js'

function prepare (form) {
  let pressed = null
  form.addEventListener('click', (event) => { pressed = event.target.closest('button') })
  form.addEventListener('submit', (event) => {
    const chosen = [...form.querySelectorAll('input[type=file]')].filter((input) => input.files.length)
    if (!chosen.length) return
    event.preventDefault()
    const large = chosen.find((input) => tooLarge(input))
    if (large) return refuse(large)
    send(form, event.submitter || pressed)
  })
}

function tooLarge (input) {
  return [...input.files].find((file) => file.size > Number(input.dataset.largest))
}

function refuse (input) {
  const megabytes = Math.floor(Number(input.dataset.largest) / 1000000)
  say(`“${tooLarge(input).name}” is larger than ${megabytes} MB. Choose a smaller file.`, input)
  input.focus()
}

// One line for both: how far it is, and what went wrong. Screen readers read it out as it changes.
function say (words, input) {
  let line = document.getElementById('upload-says')
  if (!line) {
    line = document.createElement('p')
    line.id = 'upload-says'
    line.className = 'govuk-body service-upload'
    line.setAttribute('role', 'status')
    input.closest('.govuk-form-group').after(line)
  }
  line.textContent = words
}

function send (form, button) {
  const input = form.querySelector('input[type=file]')
  const bar = document.createElement('progress')
  bar.max = 100
  bar.value = 0
  bar.className = 'service-progress'
  bar.setAttribute('aria-label', 'Upload')
  say('Uploading', input)
  document.getElementById('upload-says').after(bar)
  const buttons = [...form.querySelectorAll('button')]
  const stop = (words) => { bar.remove(); buttons.forEach((one) => { one.disabled = false }); say(words, input) }
  const body = new FormData(form)
  if (button && button.name) body.append(button.name, button.value)
  buttons.forEach((one) => { one.disabled = true })
  const request = new XMLHttpRequest()
  let told = 0
  request.upload.addEventListener('progress', (event) => {
    if (!event.lengthComputable) return
    bar.value = Math.round(100 * event.loaded / event.total)
    if (bar.value - told < 25 && bar.value < 100) return
    told = bar.value
    say(bar.value < 100 ? `Uploading: ${bar.value}%` : 'Uploaded. We are checking it', input)
  })
  request.addEventListener('load', () => {
    if (request.status < 300) location.assign(request.responseURL)
    else if (request.status === 422) replace(request.responseText)
    else stop('The upload did not work. Try again.')
  })
  request.addEventListener('error', () => stop('The upload did not work. Check your connection and try again.'))
  request.open('POST', location.href)
  request.send(body)
}

// The page again, with what is wrong: the same as if the browser had posted it.
function replace (text) {
  const page = new DOMParser().parseFromString(text, 'text/html')
  document.title = page.title
  document.getElementById('main-content').replaceWith(page.getElementById('main-content'))
  const main = document.getElementById('main-content')
  initAll({ scope: main })
  main.querySelectorAll('form[data-upload]').forEach(prepare)
  main.querySelector('.govuk-error-summary')?.focus()
}

document.querySelectorAll('form[data-upload]').forEach(prepare)

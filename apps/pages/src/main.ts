import { createApp } from 'vue';
import App from './app.vue';
import { startLanguage } from './text/language.js';
import './styles/base.css';
import './styles/print.css';

startLanguage();
createApp(App).mount('#board');

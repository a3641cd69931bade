/** A key goes down and up: input actions as WebDriver and WebDriver BiDi both take them (https://www.w3.org/TR/webdriver2/#actions). */
export function keyPress(value: string): readonly object[] {
  return [
    {
      type: 'key',
      id: 'keys',
      actions: [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ],
    },
  ];
}
